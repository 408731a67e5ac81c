import { Injectable, Logger } from '@nestjs/common';
import { Database, type Sql } from '../platform/database/index.js';
import { TemporalService } from '../platform/temporal/temporal.service.js';
import { pokeSignal } from '../workflows/contract.js';

export interface NewControl {
  runId: string;
  kind: 'cancel' | 'pause' | 'resume' | 'decided' | 'outcome' | 'event' | 'retry_now';
  step?: string;
  iteration?: string;
  payload?: unknown;
  actor: string;
}

/** What people ask of a run: a row, whose commit is their answer, and then a nudge to the run's carrier. */
@Injectable()
export class ControlsService {
  private readonly logger = new Logger(ControlsService.name);

  constructor(
    private readonly database: Database,
    private readonly temporal: TemporalService,
  ) {}

  async ask(tx: Sql, control: NewControl): Promise<void> {
    await tx.query(
      `insert into controls (run_id, kind, step_id, iteration, payload, actor) values ($1, $2, $3, $4, $5, $6)`,
      [
        control.runId,
        control.kind,
        control.step ?? null,
        control.iteration ?? null,
        JSON.stringify(control.payload ?? {}),
        control.actor,
      ],
    );
  }

  /** After the commit. With Temporal away the row waits; the reconciler announces it again. */
  async announce(...runIds: string[]): Promise<void> {
    const runs = await this.database.query<{ id: string; carrier: string }>(
      'select id, carrier from runs where id = any($1) and carrier is not null',
      [runIds],
    );
    for (const { id, carrier } of runs) {
      this.temporal
        .signal(carrier, pokeSignal, id)
        .catch((error: Error) => this.logger.warn(`Run ${id} will hear of its control later: ${error.message}`));
    }
  }
}
