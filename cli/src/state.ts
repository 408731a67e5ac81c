import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { TemporalPorts } from './services/temporal.js';
import { StartError } from './supervisor/start-error.js';

/** What was chosen once for an installation and is kept: internal ports, the database's password. */
export interface State {
  postgresPassword: string;
  postgresPort?: number;
  temporalPorts?: TemporalPorts;
}

/** The file with an installation's state, readable by its owner alone; made when missing. */
export class StateFile {
  constructor(private readonly path: string) {
    if (!existsSync(path)) this.write({ postgresPassword: randomBytes(24).toString('hex') });
  }

  read(): State {
    let state: Partial<State> | null;
    try {
      state = JSON.parse(readFileSync(this.path, 'utf8')) as Partial<State> | null;
    } catch {
      throw this.damaged();
    }
    if (typeof state?.postgresPassword !== 'string') throw this.damaged();
    return { ...state, postgresPassword: state.postgresPassword };
  }

  update(change: Partial<State>): void {
    this.write({ ...this.read(), ...change });
  }

  /** Whole or not at all: a state cut short would lock us out of the database. */
  private write(state: State): void {
    const fresh = `${this.path}.new`;
    writeFileSync(fresh, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600, flush: true });
    renameSync(fresh, this.path);
  }

  private damaged(): StartError {
    return new StartError(
      `${this.path} cannot be read as the state of an installation; it holds the password of the built-in Postgres. ` +
        'Restore it from a backup, or start with another --data-dir.',
    );
  }
}
