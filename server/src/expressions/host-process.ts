import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import type { HostAnswer, HostReady } from './host/protocol.js';

/** One request as it goes to a process. */
export interface Sendable {
  /** The request as one line of JSON, a HostRequest. */
  line(chunk: number): string;
  /** Longest evaluation that this attempt is given. */
  readonly milliseconds: number;
}

/** What a process is made of. */
export interface HostFiles {
  /** The built host, one file, the only one that the process may read; no symbolic link. */
  host: string;
  /** The Node binary and its version, which decides the name of a flag. */
  node: string;
  nodeVersion: string;
}

/** How a process ended: killed for an overrun, out of memory, or for no reason known here. */
export type Death = 'time' | 'memory' | 'lost';

/** How a chunk of requests ended. Requests without an answer are `left`; the first of them was under way at a death. */
export interface ChunkEnd<Request> {
  left: Request[];
  death?: Death;
}

/** What a process may be late before it is killed: it has first to end the evaluation itself and write the answer. */
const graceMs = 50;
/** A timer that fires late, because this process was busy, must not kill before the answers that have come are read. */
const secondLookMs = 25;
const bootMs = 15_000;
/** Before it reaches its limit of processor time (below), a process is replaced between two chunks. */
const retireAfterBusyMs = 240_000;
const processorSeconds = 600;
/** A list may have 10 MiB. */
const answerLimitBytes = 12 * 1024 * 1024;

/** Fault signals of V8 and of the C library on running out of memory. */
const abortSignals = new Set<NodeJS.Signals | null>(['SIGABRT', 'SIGTRAP', 'SIGILL', 'SIGSEGV', 'SIGBUS']);

/** Made here, so that it holds nothing of the conversation that it ends. */
const nothing = (): void => {};

/** Node's exit code when nothing can settle any more what the program awaits. */
const neverEnds = 13;

/**
 * A hardened child process that evaluates chunks of requests, one chunk at a time. It is started at the first chunk and
 * again after a death; nobody else sees that it was another process.
 */
export class HostProcess {
  private child: Promise<Child> | null = null;
  private chunk = 0;
  private busyMs = 0;
  private ended = false;

  constructor(private readonly files: HostFiles) {}

  /** Starts the process if there is none, so that the first chunk need not wait for it. */
  async warm(): Promise<void> {
    await this.alive();
  }

  /** Evaluates a chunk. `onAnswer` is called for each request in order; fails only when no process can be started. */
  async run<Request extends Sendable>(
    requests: Request[],
    onAnswer: (request: Request, answer: HostAnswer) => void,
  ): Promise<ChunkEnd<Request>> {
    const child = await this.alive();
    const began = performance.now();
    const end = await child.converse(requests, ++this.chunk, onAnswer);
    this.busyMs += performance.now() - began;
    if (end.death) this.child = null;
    else if (this.busyMs > retireAfterBusyMs) this.retire();
    return end;
  }

  /** Ends the process between chunks; the next chunk starts another. */
  retire(): void {
    void this.child?.then((child) => child.end()).catch(() => {});
    this.child = null;
  }

  /** Kills the process for good. */
  end(): void {
    this.ended = true;
    this.retire();
  }

  private alive(): Promise<Child> {
    if (this.ended) return Promise.reject(new Error('The expression host has been shut down.'));
    if (!this.child) {
      this.busyMs = 0;
      const child = Child.start(this.files);
      this.child = child;
      child.then(
        ({ died }) => void died.then(() => this.forget(child)),
        () => this.forget(child),
      );
    }
    return this.child;
  }

  private forget(child: Promise<Child>): void {
    if (this.child === child) this.child = null;
  }
}

class Child {
  private readonly process: ChildProcessWithoutNullStreams;
  private pieces: Buffer[] = [];
  private pendingBytes = 0;
  private errors = '';
  private killedFor: Death | null = null;
  private onLine: (line: string) => void = nothing;
  private onDeath: (death: Death) => void = nothing;
  private death: Death | null = null;
  /** How the process ended. */
  readonly died: Promise<Death>;

  private constructor(files: HostFiles) {
    this.process = spawnHost(files);
    this.process.stdin.on('error', () => {});
    this.process.stdout.on('error', () => {});
    this.process.stdout.on('data', (bytes: Buffer) => this.read(bytes));
    this.process.stderr.on('data', (bytes: Buffer) => {
      this.errors = (this.errors + bytes.toString('utf8')).slice(-4000);
    });
    this.died = new Promise((resolve) => {
      this.process.on('error', (error) => {
        this.errors += error.message;
        resolve('lost');
      });
      this.process.on('close', (code, signal) => {
        const memory = abortSignals.has(signal) || /out of memory|Fatal JavaScript/.test(this.errors);
        const cause = memory ? 'memory' : code === neverEnds ? 'time' : 'lost';
        resolve(this.killedFor ?? cause);
      });
    });
    // Once: what each conversation hung on it would stay in memory for as long as the process lives.
    void this.died.then((death) => {
      this.death = death;
      this.onDeath(death);
    });
  }

  /** Resolves when the process has locked itself down and can evaluate. */
  static async start(files: HostFiles): Promise<Child> {
    const child = new Child(files);
    const ready = new Promise<boolean>((resolve) => {
      child.onLine = (line) => resolve((JSON.parse(line) as HostReady).ready);
    });
    const timer = setTimeout(() => child.kill('lost'), bootMs);
    const started = await Promise.race([ready, child.died.then(() => false)]);
    clearTimeout(timer);
    if (started) return child;
    throw new Error(
      `The expression host ${files.host} did not start: ${child.errors.trim() || 'no answer'}. Run "npm run build".`,
    );
  }

  converse<Request extends Sendable>(
    requests: Request[],
    chunk: number,
    onAnswer: (request: Request, answer: HostAnswer) => void,
  ): Promise<ChunkEnd<Request>> {
    if (this.death) return Promise.resolve({ left: requests, death: this.death });
    return new Promise((resolve) => {
      let answered = 0;
      let timer: NodeJS.Timeout | undefined;
      const finish = (end: ChunkEnd<Request>): void => {
        clearTimeout(timer);
        this.onLine = nothing;
        this.onDeath = nothing;
        resolve(end);
      };
      const look = (): void => {
        timer = setTimeout(() => this.kill('time'), secondLookMs);
      };
      const watch = (): void => {
        clearTimeout(timer);
        const request = requests[answered];
        if (request) timer = setTimeout(look, request.milliseconds + graceMs);
        else finish({ left: [] });
      };
      this.onLine = (line) => {
        const request = requests[answered];
        const answer = readAnswer(line);
        if (!request || !answer) return this.kill('lost');
        answered += 1;
        onAnswer(request, answer);
        watch();
      };
      this.onDeath = (death) => finish({ left: requests.slice(answered), death });
      watch();
      this.process.stdin.write(requests.map((request) => `${request.line(chunk)}\n`).join(''));
    });
  }

  /** Lets the process end by itself: nothing more will be asked. */
  end(): void {
    this.process.stdin.end();
    setTimeout(() => this.kill('lost'), 1000).unref();
  }

  private kill(reason: Death): void {
    this.killedFor ??= reason;
    this.process.kill('SIGKILL');
  }

  private read(bytes: Buffer): void {
    let start = 0;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
      const line = Buffer.concat([...this.pieces, bytes.subarray(start, end)]).toString('utf8');
      this.pieces = [];
      this.pendingBytes = 0;
      start = end + 1;
      this.onLine(line);
    }
    if (start < bytes.length) {
      this.pieces.push(bytes.subarray(start));
      this.pendingBytes += bytes.length - start;
    }
    if (this.pendingBytes > answerLimitBytes) this.kill('lost');
  }
}

/** What a process said, or undefined if it said something else than an answer. */
function readAnswer(line: string): HostAnswer | undefined {
  try {
    const answer = JSON.parse(line) as Partial<HostAnswer> | null;
    return typeof answer?.id === 'number' ? (answer as HostAnswer) : undefined;
  } catch {
    return undefined;
  }
}

/** Flags in the order of what they take away: memory, prototypes, generated code, files and processes. */
function spawnHost({ host, node, nodeVersion }: HostFiles): ChildProcessWithoutNullStreams {
  const [major = 0, minor = 0] = nodeVersion.split('.').map(Number);
  const flags = [
    '--no-warnings',
    '--max-old-space-size=128',
    '--disable-proto=delete',
    '--disallow-code-generation-from-strings',
    major > 22 || (major === 22 && minor >= 13) ? '--permission' : '--experimental-permission',
    `--allow-fs-read=${host}`,
  ];
  // No core dump, which would put people's data on disk; and a limit on processor time, so that an evaluation that
  // never ends does not outlive a server that was killed.
  const script = `ulimit -c 0; ulimit -t ${processorSeconds}; exec "$0" "$@"`;
  return spawn('/bin/sh', ['-c', script, node, ...flags, host], { cwd: '/', env: { TZ: 'UTC' }, stdio: 'pipe' });
}
