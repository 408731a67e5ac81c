import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isAlive, type ProcessIdentity } from './process-identity.js';

/**
 * The file by which a later start finds a service that outlived its supervisor: pid, start time and whatever that
 * start needs to take it over (`Extra`, such as its ports).
 */
export class ProcessRecord<Extra extends object> {
  constructor(private readonly path: string) {}

  write(identity: ProcessIdentity, extra: Extra): void {
    writeFileSync(this.path, `${JSON.stringify({ ...identity, ...extra })}\n`, { mode: 0o600 });
  }

  /** What was recorded, when that very process still lives. */
  findAlive(): (ProcessIdentity & Extra) | undefined {
    const recorded = this.read();
    return recorded !== undefined && isAlive(recorded) ? recorded : undefined;
  }

  remove(): void {
    rmSync(this.path, { force: true });
  }

  private read(): (ProcessIdentity & Extra) | undefined {
    if (!existsSync(this.path)) return undefined;
    try {
      return JSON.parse(readFileSync(this.path, 'utf8')) as ProcessIdentity & Extra;
    } catch {
      // Cut short by a kill in the middle of the write: as if it had not been written.
      return undefined;
    }
  }
}
