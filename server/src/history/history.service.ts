import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/index.js';
import { found } from '../platform/errors.js';
import type { Actor } from '../platform/routes/index.js';
import { readWholeValue, type ValueName } from './whole-value.js';

/** What the history holds, apart from what runs themselves show of it. */
@Injectable()
export class HistoryService {
  constructor(private readonly database: Database) {}

  async value({ workspaceId }: Actor, name: ValueName): Promise<string> {
    return found(await readWholeValue(this.database, workspaceId, name), 'value of this run');
  }
}
