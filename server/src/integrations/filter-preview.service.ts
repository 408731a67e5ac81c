import type { FilteredRecord, integrationRoutes } from '@castellan/api';
import { ConnectorError, type JsonObject } from '@castellan/sdk';
import { Injectable } from '@nestjs/common';
import { ExpressionHost } from '../expressions/expression-host.js';
import { ApiError } from '../platform/errors.js';
import type { Actor, Input } from '../platform/routes/index.js';
import { DirectoryReader, type OpenDirectory, type ReadRecord, readRecords } from './directory-reader.service.js';
import { checkFilter, type FilteredKind, passing } from './record-filter.js';

/** Records of each kind that are tried. */
const tried = { account: 50, group: 20, membership: 20 };

type Wish = Input<typeof integrationRoutes.filterPreview>['body'];

/** Tries a filter on the first records that a system gives now. Nothing of them is kept. */
@Injectable()
export class FilterPreview {
  constructor(
    private readonly reader: DirectoryReader,
    private readonly expressions: ExpressionHost,
  ) {}

  async try(
    { workspaceId }: Actor,
    { filterExpr, disableGroupSync, ...wish }: Wish,
  ): Promise<{ items: FilteredRecord[] }> {
    checkFilter(filterExpr);
    const open = await this.reader.open({ workspaceId, ...wish });
    try {
      return { items: await this.tryOn(open, { source: filterExpr, workspaceId }, disableGroupSync) };
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error;
      throw new ApiError('invalid_input', `The directory cannot be read: ${error.message}`);
    }
  }

  private async tryOn(
    open: OpenDirectory,
    filter: { source: string | null; workspaceId: string },
    disableGroupSync: boolean,
  ): Promise<FilteredRecord[]> {
    const items = async (kind: FilteredKind, records: ReadRecord<unknown>[]) => {
      const some = records.slice(0, tried[kind]);
      const verdicts = await passing(this.expressions, filter, kind, some);
      return some.map(({ resource, payload, form, problem }, index): FilteredRecord => {
        const verdict = verdicts[index] ?? { error: 'no answer' };
        const passes = 'error' in verdict ? null : verdict.passes;
        const error = 'error' in verdict ? verdict.error : (problem ?? null);
        return { kind, resource, title: titleOf(form, resource), payload, passes, error };
      });
    };
    const accounts = await readRecords(open, 'account', null);
    const all = await items('account', accounts.records);
    if (disableGroupSync) return all;
    const groups = await readRecords(open, 'group', null);
    all.push(...(await items('group', groups.records)));
    const first = groups.records.find(({ form }) => form !== null);
    if (!first) return all;
    const memberships = await readRecords(open, 'membership', null, first);
    return [...all, ...(await items('membership', memberships.records))];
  }
}

/** A name for people: of an account or group its own, of a membership whose it is. */
function titleOf(form: unknown, resource: string): string {
  const { displayName, email, account } = (form ?? {}) as JsonObject;
  const member = (account ?? {}) as JsonObject;
  return String(displayName ?? email ?? member.email ?? member.externalId ?? resource);
}
