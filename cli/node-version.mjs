/** Ends the process with a sentence where Node is too old, before anything newer is read. */
import process from 'node:process';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Castellan needs Node 20.19 or later, 24 is recommended; this is ${process.version}. See nodejs.org.`);
  process.exit(1);
}
