import { FatalError, type JsonValue } from '@castellan/sdk';
import { Injectable } from '@nestjs/common';
import { ExpressionHost } from '../../expressions/expression-host.js';
import { callFailure } from '../../operations/call-failure.js';
import { Database, type Transaction } from '../../platform/database/index.js';
import { ApiError } from '../../platform/errors.js';
import { maskSecrets } from '../../platform/masking.js';
import type { SyncedPage } from '../../workflows/contract.js';
import {
  DirectoryReader,
  type OpenDirectory,
  reachedBy,
  readInstance,
  readRecords,
} from '../directory-reader.service.js';
import { settleOrganisation } from '../organisation.js';
import type { Place } from '../sync-run-rows.js';
import { noteChanges } from './directory-changes.js';
import { groupsFrom } from './keep-memberships.js';
import { keepAccounts, keepGroups } from './keep-records.js';
import { groupsOfPage, keepMembers, membersFrom, readMembers } from './member-pages.js';
import { countsOf, sift } from './sifting.js';
import { endSync, failSync } from './sync-ending.js';
import { holdPage, type Kept, moveOn, noteSeen, type SyncUnderWay, syncUnderWay, touchSync } from './sync-under-way.js';

const lookEachMs = 1_000;
/** Attempts at one page; a system that asks for a pause costs none. */
const mostTries = 8;
const longestPauseMs = 300_000;

const goOn: SyncedPage = { done: false, pauseMs: 0 };
const end: SyncedPage = { done: true, pauseMs: 0 };

/** One page of a sync: read, sifted, and kept in one transaction with the place where the next begins. */
@Injectable()
export class SyncPage {
  constructor(
    private readonly database: Database,
    private readonly reader: DirectoryReader,
    private readonly expressions: ExpressionHost,
  ) {}

  /** That the system fails is noted with the sync. Rejects only when our own side failed. */
  async next(id: string): Promise<SyncedPage> {
    const sync = await syncUnderWay(this.database, id);
    if (!sync) return end;
    if (sync.dueInMs > 0) return { done: false, pauseMs: Math.ceil(sync.dueInMs) };
    const unwanted = new AbortController();
    const looking = setInterval(() => void this.look(id, unwanted), lookEachMs);
    let secrets: string[] = [];
    try {
      const open = await this.reader.open(sync, unwanted.signal);
      secrets = open.connection.secretValues;
      await this.page(sync, open);
      return goOn;
    } catch (thrown) {
      return await this.failed(sync, thrown, secrets);
    } finally {
      clearInterval(looking);
    }
  }

  /** A sync that somebody gave up is not read to the end of the page. */
  private async look(id: string, unwanted: AbortController): Promise<void> {
    const isWanted = await touchSync(this.database, id).catch(() => true);
    if (!isWanted) unwanted.abort();
  }

  private async page(sync: SyncUnderWay, open: OpenDirectory): Promise<void> {
    const { phase } = sync.place;
    const hasGroups = open.source.groups !== undefined && !sync.disableGroupSync;
    if (phase === 'ending') return this.database.transaction((tx) => endSync(tx, sync));
    if (phase === 'accounts') return this.accounts(sync, open, hasGroups);
    if (phase === 'groups') return this.groups(sync, open);
    return this.memberships(sync, open);
  }

  /** An integration syncs one organisation for good, which each sync looks at before it keeps anything. */
  private async accounts(begun: SyncUnderWay, open: OpenDirectory, hasGroups: boolean): Promise<void> {
    const named = begun.pages === 0 ? await readInstance(open) : null;
    const { records, next } = await readRecords(open, 'account', begun.place.page);
    const settling = named && settleOrganisation(this.database, begun.integrationId, reachedBy(open, named, records));
    const sync = { ...begun, instanceId: (await settling) ?? begun.instanceId };
    const { taken, ...sifted } = await sift(this.expressions, sync, 'account', records);
    const place: Place = placeBehind('accounts', next, { phase: hasGroups ? 'groups' : 'ending', page: null });
    await this.keep(sync, async (tx) => {
      const { seqs, changes, ...counts } = await keepAccounts(tx, sync, taken);
      await noteSeen(tx, sync, 'accounts', seqs);
      if (sync.reason !== 'first') await noteChanges(tx, sync, changes);
      return { place, kind: 'accounts', counts: countsOf(sifted, counts), failures: sifted.failures, groupFailures: 0 };
    });
  }

  private async groups(sync: SyncUnderWay, open: OpenDirectory): Promise<void> {
    const { records, next } = await readRecords(open, 'group', sync.place.page);
    const { taken, ...sifted } = await sift(this.expressions, sync, 'group', records);
    await this.keep(sync, async (tx) => {
      const { seqs, changes: _, ...counts } = await keepGroups(tx, sync, taken);
      await noteSeen(tx, sync, 'groups', seqs);
      const place: Place = placeBehind('groups', next, membersFrom((await groupsFrom(tx, sync.id, 0, 1))[0]));
      return { place, kind: 'groups', counts: countsOf(sifted, counts), failures: sifted.failures, groupFailures: 0 };
    });
  }

  private async memberships(sync: SyncUnderWay, open: OpenDirectory): Promise<void> {
    const groups = await groupsFrom(this.database, sync.id, sync.place.group ?? 0, groupsOfPage);
    const page = await readMembers(sync, groups, async ({ externalId: resource, payload }, at) => {
      const { records, next } = await readRecords(open, 'membership', at, { resource, payload });
      return { sifted: await sift(this.expressions, sync, 'membership', records), next };
    });
    await this.keep(sync, (tx) => keepMembers(tx, sync, page));
  }

  /** Keeps a page once: if another worker did so already, or nobody wants the sync, nothing of it is written. */
  private async keep(sync: SyncUnderWay, work: (tx: Transaction) => Promise<Kept>): Promise<void> {
    await this.database.transaction(async (tx) => {
      if (await holdPage(tx, sync)) await moveOn(tx, sync, await work(tx));
    });
  }

  private async failed(sync: SyncUnderWay, thrown: unknown, secrets: string[]): Promise<SyncedPage> {
    const cause = thrown instanceof ApiError && thrown.code === 'invalid_input' ? asFatal(thrown) : thrown;
    const { error, retryable, retryAfter, throttled } = callFailure(cause, null);
    const { code, message } = maskSecrets({ code: error.code, message: error.message }, secrets);
    const tries = sync.tries + (throttled ? 0 : 1);
    if (!retryable || tries >= mostTries) {
      await this.database.transaction((tx) => failSync(tx, sync, { code, message }));
      return end;
    }
    const pauseMs = Math.min(longestPauseMs, (retryAfter ?? 2 ** tries) * 1_000);
    await this.database.query(
      `update directory_sync_runs set tries = $3, due_at = now() + $4 * interval '1 millisecond'
        where id = $1 and pages = $2 and status = 'running'`,
      [sync.id, sync.pages, tries, pauseMs],
    );
    return { done: false, pauseMs };
  }
}

const asFatal = (error: ApiError): FatalError => new FatalError(error.message, { code: 'E_INPUT', cause: error });

/** Where a page ends: on the next page of the same list, or behind the list. */
const placeBehind = (phase: Place['phase'], next: JsonValue | null, behind: Place): Place =>
  next === null ? behind : { phase, page: next };
