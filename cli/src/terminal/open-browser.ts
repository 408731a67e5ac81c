import { spawn } from 'node:child_process';

/** Whether a person sits at a desktop here, rather than at a shell elsewhere or in a container. */
export function hasDesktop(env: NodeJS.ProcessEnv = process.env): boolean {
  if (!process.stdout.isTTY || env.SSH_CONNECTION !== undefined) return false;
  return process.platform === 'darwin' || env.DISPLAY !== undefined || env.WAYLAND_DISPLAY !== undefined;
}

/** Opens an address in the person's browser; that it cannot is no matter, the address has been printed. */
export function openBrowser(url: string): void {
  const command = process.platform === 'darwin' ? 'open' : 'xdg-open';
  const child = spawn(command, [url], { detached: true, stdio: 'ignore' });
  child.on('error', () => undefined);
  child.unref();
}
