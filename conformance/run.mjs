/**
 * `npm test` here: the repository's own packages are installed first if they are missing, since the tests are run by
 * them on our sources. Ends with one line `N passed, N failed`.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { installPackages } from '../cli/packages.mjs';

await installPackages((sentence) => console.log(`  ${sentence}`));
installPythonPackages();
const { runConformance } = await import('../cli/test.mjs');
process.exitCode = await runConformance();

/** Opal has an official SDK for Python only: it is put into .python/, once for each list of packages. */
function installPythonPackages() {
  const folder = fileURLToPath(new URL('.python', import.meta.url));
  const requirements = fileURLToPath(new URL('opal-requirements.txt', import.meta.url));
  const installed = `${folder}/installed.txt`;
  const wanted = readFileSync(requirements, 'utf8');
  if (existsSync(installed) && readFileSync(installed, 'utf8') === wanted) return;
  rmSync(folder, { recursive: true, force: true });
  const options = ['--quiet', '--no-deps', '--no-compile', '--disable-pip-version-check', '--target', folder];
  const pip = spawnSync('python3', ['-m', 'pip', 'install', ...options, '-r', requirements], { stdio: 'inherit' });
  if (pip.status === 0) writeFileSync(installed, wanted);
  else console.log('  opal: left out. Its SDK is for Python: install python3 with pip, and run this again.');
}
