import { randomUUID } from 'node:crypto';
import { type Sweep, sweepOf, sweptTo } from '@castellan/sdk';
import { Injectable } from '@nestjs/common';
import { ConnectionsService } from '../../connections/connections.service.js';
import type { OpenConnection } from '../../connections/open-connection.js';
import { connectorOf } from '../../connector-registry/known-connectors.js';
import { callFailure } from '../../operations/call-failure.js';
import { OperationsService } from '../../operations/operations.service.js';
import { Database } from '../../platform/database/index.js';
import { maskSecrets } from '../../platform/masking.js';
import { isStill, readInTime } from '../page-reading.js';
import { LostEvents } from './lost-events.js';
import { claimSweep, type DueSweep, endSweep, failSweep, type HeldSweep, renewSweep } from './sweep-rows.js';

/** Of one sweep: what is beyond it is read by the next one, which follows at once. */
const mostPages = 20;
const renewEachMs = 5_000;

/** Compares what systems list with what they delivered. */
@Injectable()
export class SweepsService {
  constructor(
    private readonly database: Database,
    private readonly connections: ConnectionsService,
    private readonly operations: OperationsService,
    private readonly lost: LostEvents,
  ) {}

  /** Makes a sweep that is due, unless somebody is at it. That the system fails is noted; rejects when our own side did. */
  async sweep(due: DueSweep): Promise<void> {
    const held = await claimSweep(this.database, due, randomUUID());
    if (!held) return;
    const ending = new AbortController();
    const renewing = setInterval(() => void this.renew(due, held, ending), renewEachMs);
    try {
      await this.read(due, held, ending.signal);
    } finally {
      clearInterval(renewing);
    }
  }

  /** One that is lost reads no further; the fence keeps it from writing in any case. */
  private async renew(due: DueSweep, { lease }: HeldSweep, ending: AbortController): Promise<void> {
    const kept = await renewSweep(this.database, due, lease).catch(() => true);
    if (!kept) ending.abort();
  }

  private async read(due: DueSweep, held: HeldSweep, signal: AbortSignal): Promise<void> {
    let secrets: string[] = [];
    try {
      const sweep = sweepOf(connectorOf(due.connector), due.event);
      const connection = await this.connections.open(this.database, due.workspaceId, due.connectionId);
      secrets = connection.secretValues;
      const reading = await this.readPages(due, held, { sweep, connection, signal });
      if (reading === 'lost') return;
      const to = reading === 'more' ? null : sweptTo(sweep, held.claimedAt);
      await endSweep(this.database, due, held, { to, everySeconds: sweep.everySeconds });
    } catch (thrown) {
      const { error, retryAfter } = callFailure(thrown, null);
      const { code, message } = maskSecrets(error, secrets);
      await failSweep(this.database, due, held.lease, { code, message, retryAfter });
    }
  }

  private async readPages(
    due: DueSweep,
    held: HeldSweep,
    { sweep, connection, signal }: { sweep: Sweep; connection: OpenConnection; signal: AbortSignal },
  ): Promise<'all' | 'more' | 'lost'> {
    let cursor = held.cursor ?? sweep.begin(held.sweptTo);
    for (let pages = 0; pages < mostPages; pages++) {
      const from = cursor;
      const page = await readInTime(connection.name, signal, (options) =>
        this.operations.sweep(connection, due.event, from, options),
      );
      if (!(await this.lost.store(due, held, page))) return 'lost';
      if (!page.more || isStill(cursor, page)) return 'all';
      cursor = page.cursor;
    }
    return 'more';
  }
}
