import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { CsvService } from './csv.service.js';
import { NeededTables } from './needed-tables.service.js';
import { RowWriter } from './row-writer.service.js';
import { RowsService } from './rows.service.js';
import { TableHost } from './table-host.service.js';
import { TablesController } from './tables.controller.js';
import { TablesService } from './tables.service.js';

/** Tables: rows that people and flows of a workspace share. */
@Module({
  imports: [AuditModule],
  controllers: [TablesController],
  providers: [CsvService, NeededTables, RowWriter, RowsService, TableHost, TablesService],
  exports: [NeededTables, TableHost],
})
export class TablesModule {}
