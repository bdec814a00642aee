import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installCommand } from '../install-command.ts';
import { report } from '../report.ts';
import { runCommand } from '../run-command.ts';

/** Copies jars, named by Maven coordinates, and all that they need at run time into a folder. */
export async function copyJars(coordinates: readonly string[], directory: string): Promise<void> {
  await installCommand('mvn', ['maven']);
  report(`fetching ${coordinates[0]} with Maven`);
  const project = await mkdtemp(join(tmpdir(), 'waybill-jars-'));
  try {
    await writeFile(join(project, 'pom.xml'), pom(coordinates));
    await runCommand('mvn', [
      '--batch-mode',
      '--file',
      project,
      'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies',
      '-DincludeScope=runtime',
      `-DoutputDirectory=${directory}`,
    ]);
  } finally {
    await rm(project, { recursive: true, force: true });
  }
}

function pom(coordinates: readonly string[]): string {
  const dependencies = coordinates.map((coordinate) => {
    const [group, artifact, version] = coordinate.split(':');
    return `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`;
  });
  return `<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>local</groupId><artifactId>jars</artifactId><version>1</version>
  <dependencies>${dependencies.join('')}</dependencies>
</project>`;
}
