import type { ServiceNotice } from '../supervisor/service.js';
import type { StartError } from '../supervisor/start-error.js';

/** Width of the column of names, so that what is said about them lines up. */
const NAME_WIDTH = 12;

/** Says things to the person at the terminal: calm, one line each. */
export class Report {
  private barLength = 0;

  constructor(
    private readonly out: NodeJS.WriteStream = process.stdout,
    private readonly err: NodeJS.WriteStream = process.stderr,
  ) {
    // A terminal that has gone, or a pipe whose reader has, must not take the services with it.
    for (const stream of [out, err]) stream.on('error', () => undefined);
  }

  line(text = ''): void {
    this.clearBar();
    this.out.write(`${text}\n`);
  }

  /** One fact about one thing: `  Postgres    ready on port 23456`. */
  fact(name: string, text: string): void {
    this.line(`  ${name.padEnd(NAME_WIDTH)}${text}`);
  }

  /** Progress of a download, rewritten in place on a terminal and left out elsewhere. */
  progress(name: string, done: number, total: number | undefined): void {
    if (!this.out.isTTY) return;
    const amount =
      total === undefined ? megabytes(done) : `${bar(done / total)} ${megabytes(done)} of ${megabytes(total)}`;
    const text = `  ${name.padEnd(NAME_WIDTH)}${amount}`;
    this.out.write(`\r${text.padEnd(this.barLength)}`);
    this.barLength = text.length;
  }

  /** What is wrong, what to do, and the service's own last lines where there are any. */
  problem(error: StartError): void {
    this.clearBar();
    if (error.output.length > 0) this.err.write(`\n${error.output.map((text) => `  | ${text}`).join('\n')}\n`);
    this.err.write(`\n${error.message}\n`);
  }

  notice(notice: ServiceNotice): void {
    if (notice.kind === 'restarted') this.fact(notice.title, 'runs again');
    if (notice.kind === 'gave-up') this.problem(notice.error);
    if (notice.kind === 'ended') {
      const last = notice.output.at(-1);
      this.fact(
        notice.title,
        `${notice.how}; started again in ${notice.restartInSeconds} s${last ? `. Its last line: ${last.slice(0, 300)}` : ''}`,
      );
    }
  }

  private clearBar(): void {
    if (this.barLength === 0) return;
    this.out.write(`\r${' '.repeat(this.barLength)}\r`);
    this.barLength = 0;
  }
}

function bar(share: number): string {
  const width = 24;
  const full = Math.round(share * width);
  return `[${'#'.repeat(full)}${' '.repeat(width - full)}]`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
