import { play } from './play.ts';
import { symptoms } from './symptoms.ts';

/** Draws symptoms, broken and mended: all of them, or those whose names have the words that are given. */
const words = process.argv.slice(2).join(' ');
const wanted = symptoms.filter(({ name }) => name.includes(words));
if (wanted.length === 0) {
  console.error(
    `There is no symptom "${words}". There are:\n${symptoms.map(({ name }) => `  ${name}`).join('\n')}`,
  );
  process.exitCode = 2;
}
for (const symptom of wanted) {
  for (const half of ['broken', 'mended'] as const) {
    const { spans, findings } = await play(symptom, half);
    console.log(`--- ${symptom.name}, ${half}\n\n${spans.drawing}\n`);
    if (findings !== '') console.log(`${findings}\n`);
  }
}
