import { spawn } from 'node:child_process';

/**
 * Opens an address, or a file, in the browser of whoever runs the command: `BROWSER`, or what the system opens pages with.
 *
 * @returns whether there is one.
 */
export async function openInBrowser(address: string): Promise<boolean> {
  const [command = '', ...args] = browserCommand(process.platform, process.env.BROWSER);
  return await new Promise((resolve) => {
    const child = spawn(command, [...args, address], { stdio: 'ignore', detached: true });
    child.once('error', () => resolve(false));
    child.once('spawn', () => {
      child.unref();
      resolve(true);
    });
  });
}

function browserCommand(platform: NodeJS.Platform, browser: string | undefined): readonly string[] {
  if (browser !== undefined && browser !== '') return [browser];
  if (platform === 'darwin') return ['open'];
  return platform === 'win32' ? ['explorer.exe'] : ['xdg-open'];
}
