import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ReadAnswer, ReadRequest } from '@castellan/connectors/openapi-reader';

const program = fileURLToPath(new URL('./document-reader.js', import.meta.url));

/** A document of 13 MB takes a fifth of this. */
const memoryMegabytes = 1_024;
const deadlineMs = 90_000;
const answerLimitBytes = 32 * 1024 * 1024;

/**
 * Reads a document in a process of its own, with a limit of memory and time. What is wrong with the document is the
 * answer; rejects when the process was killed by `signal` or could not be started.
 */
export function readDocument(document: Buffer, request: ReadRequest, signal: AbortSignal): Promise<ReadAnswer> {
  return new Promise((resolve, reject) => {
    const options = [`--max-old-space-size=${memoryMegabytes}`, program];
    const child = spawn(process.execPath, options, { env: {}, stdio: ['pipe', 'pipe', 'pipe'] });
    const pieces: Buffer[] = [];
    let size = 0;
    let errors = '';
    let late = false;
    const kill = () => child.kill('SIGKILL');
    const timer = setTimeout(() => {
      late = true;
      kill();
    }, deadlineMs);
    signal.addEventListener('abort', kill, { once: true });
    child.stdin.on('error', () => {});
    child.stdin.end(Buffer.concat([Buffer.from(`${JSON.stringify(request)}\n`), document]));
    child.stdout.on('data', (bytes: Buffer) => {
      size += bytes.length;
      if (size > answerLimitBytes) kill();
      else pieces.push(bytes);
    });
    child.stderr.on('data', (bytes: Buffer) => {
      errors = (errors + bytes.toString('utf8')).slice(-4_000);
    });
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', kill);
      if (signal.aborted) return reject(new Error('Reading the document was broken off.'));
      if (code === 0 && size <= answerLimitBytes) return resolve(JSON.parse(Buffer.concat(pieces).toString('utf8')));
      if (late) return resolve(refused(`Reading it took more than ${deadlineMs / 1_000} seconds.`));
      if (/out of memory|Fatal JavaScript/.test(errors) || size > answerLimitBytes) {
        return resolve(refused(`Reading it took more than ${memoryMegabytes} MB of memory.`));
      }
      reject(new Error(`The reader of documents ended with ${code}: ${errors}`));
    });
  });
}

const refused = (message: string): ReadAnswer => ({
  problems: [{ place: '', message, fix: 'Split the document, or leave out what is not needed.' }],
});
