import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { ConnectorImportsController } from './connector-imports.controller.js';
import { ConnectorImports } from './connector-imports.service.js';
import { ImportWork } from './import-work.service.js';
import { ImportedConnectors } from './imported-connectors.service.js';

/** OpenAPI documents become connectors of a workspace. */
@Module({
  imports: [AuditModule],
  controllers: [ConnectorImportsController],
  providers: [ConnectorImports, ImportedConnectors, ImportWork],
})
export class ConnectorImportsModule {}
