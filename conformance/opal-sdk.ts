import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Wire } from './wire.js';

const packages = fileURLToPath(new URL('.python', import.meta.url));
const script = fileURLToPath(new URL('opal_sdk.py', import.meta.url));

/** Opal's SDK is there, whole: it is installed by `npm test` where Python and its pip are. */
export const hasOpalSdk = existsSync(`${packages}/installed.txt`);

/** Opal's Python SDK in a process of its own. */
export class OpalSdk {
  private readonly process: ChildProcess;
  private readonly answers: Interface;

  constructor(wire: Wire, token: string) {
    this.process = spawn('python3', [script], {
      env: { PATH: process.env.PATH, PYTHONPATH: packages, PYTHONDONTWRITEBYTECODE: '1' },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.answers = createInterface({ input: this.process.stdout! });
    this.say({ host: `${wire.origin}/v1`, token, origin: 'https://api.opal.dev' });
  }

  /** Calls a method of the SDK; `args.body` is what its request model is made from. Rejects with what the SDK says. */
  async call(method: string, args: object = {}): Promise<void> {
    const answer = new Promise<string>((resolve, reject) => {
      this.answers.once('line', resolve);
      this.process.once('exit', (code) => reject(new Error(`Opal’s SDK ended with ${code}.`)));
    });
    this.say({ method, args });
    const { ok, error } = JSON.parse(await answer) as { ok: boolean; error?: string };
    if (!ok) throw new Error(error);
  }

  close(): void {
    this.process.stdin!.end();
  }

  private say(line: object): void {
    this.process.stdin!.write(`${JSON.stringify(line)}\n`);
  }
}
