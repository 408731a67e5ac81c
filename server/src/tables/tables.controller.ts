import { Readable } from 'node:stream';
import { tableRoutes as routes } from '@castellan/api';
import { Controller, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Actor, Input, On } from '../platform/routes/index.js';
import { CsvService } from './csv.service.js';
import { RowsService } from './rows.service.js';
import { TablesService } from './tables.service.js';

@Controller()
export class TablesController {
  constructor(
    private readonly tables: TablesService,
    private readonly rows: RowsService,
    private readonly csv: CsvService,
  ) {}

  @On(routes.list)
  list(@Actor() actor: Actor) {
    return this.tables.list(actor);
  }

  @On(routes.create)
  create(@Actor() actor: Actor, @Input() { body }: Input<typeof routes.create>) {
    return this.tables.create(actor, body);
  }

  @On(routes.get)
  get(@Actor() actor: Actor, @Input() { params }: Input<typeof routes.get>) {
    return this.tables.get(actor, params.id);
  }

  @On(routes.save)
  save(@Actor() actor: Actor, @Input() { params, body }: Input<typeof routes.save>) {
    return this.tables.save(actor, params.id, body);
  }

  @On(routes.remove)
  remove(@Actor() actor: Actor, @Input() { params }: Input<typeof routes.remove>) {
    return this.tables.remove(actor, params.id);
  }

  @On(routes.rows)
  listRows(@Actor() actor: Actor, @Input() { params, query }: Input<typeof routes.rows>) {
    return this.rows.list(actor, params.id, query);
  }

  @On(routes.saveRow)
  saveRow(@Actor() actor: Actor, @Input() { params, body }: Input<typeof routes.saveRow>) {
    return this.rows.save(actor, params.id, body);
  }

  @On(routes.removeRows)
  removeRows(@Actor() actor: Actor, @Input() { params, body }: Input<typeof routes.removeRows>) {
    return this.rows.remove(actor, params.id, body.rows);
  }

  @On(routes.changes)
  changes(@Actor() actor: Actor, @Input() { params, query }: Input<typeof routes.changes>) {
    return this.rows.changes(actor, params.id, query);
  }

  @On(routes.putBack)
  async putBack(@Actor() actor: Actor, @Input() { params }: Input<typeof routes.putBack>) {
    return { row: await this.rows.putBack(actor, params.id, Number(params.n)) };
  }

  @On(routes.importCsv)
  importCsv(@Actor() actor: Actor, @Input() { params, body }: Input<typeof routes.importCsv>) {
    return this.csv.take(actor, params.id, body);
  }

  @On(routes.exportCsv)
  async exportCsv(
    @Actor() actor: Actor,
    @Input() { params }: Input<typeof routes.exportCsv>,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { name } = await this.tables.get(actor, params.id);
    void reply
      .header('content-type', 'text/csv; charset=utf-8')
      .header('content-disposition', `attachment; filename="${name.replace(/[^\w-]/g, '_')}.csv"`)
      .header('x-content-type-options', 'nosniff')
      .send(Readable.from(this.csv.file(actor, params.id)));
  }
}
