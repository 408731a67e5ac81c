/**
 * `npm test` here: the repository's own packages are installed first if they are missing, since the tests are run by
 * them on our sources. Ends with one line `N passed, N failed`.
 */
import { installPackages } from '../cli/packages.mjs';

await installPackages((sentence) => console.log(`  ${sentence}`));
const { runConformance } = await import('../cli/test.mjs');
process.exitCode = await runConformance();
