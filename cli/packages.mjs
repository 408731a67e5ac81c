/** Installs the packages when they are missing or are not those of package-lock.json. Plain Node, without packages. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Brings node_modules to what the lock file says. No package's install script is run: none is needed.
 * @param {(sentence: string) => void} say told before an installation, which takes a while
 */
export async function installPackages(say) {
  if (areInstalled()) return;
  say('installing packages, once: this takes a minute or two');
  await npm(['ci', '--ignore-scripts', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']);
}

/** npm itself keeps a lock file of what it installed: the two are compared package by package. */
function areInstalled() {
  const wanted = readLock('package-lock.json');
  const installed = readLock('node_modules/.package-lock.json');
  if (installed === undefined) return false;
  return Object.entries(wanted ?? {})
    .filter(([path, entry]) => path.startsWith('node_modules/') && !entry.optional)
    .every(([path, entry]) => installed[path]?.version === entry.version && installed[path]?.link === entry.link);
}

function readLock(file) {
  try {
    return JSON.parse(readFileSync(join(root, file), 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/** Under `npm start` npm says where it is; else it is looked for on PATH. */
function npm(args) {
  const script = process.env.npm_execpath;
  const [command, first] = script?.endsWith('.js') ? [process.execPath, [script]] : ['npm', []];
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...first, ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    const output = [];
    child.stdout.on('data', (chunk) => output.push(chunk));
    child.stderr.on('data', (chunk) => output.push(chunk));
    child.once('error', (error) => reject(new Error(`npm could not be run: ${error.message}`)));
    child.once('close', (code) => {
      if (code === 0) return resolve(undefined);
      const lines = Buffer.concat(output).toString('utf8').trim().split('\n').slice(-30).join('\n');
      reject(new Error(`Packages could not be installed (npm ${args[0]} ended with ${code}):\n${lines}`));
    });
  });
}
