import { Module } from '@nestjs/common';
import { ConnectorRegistry } from './connector-registry.service.js';

/** All connectors: those that came with the server, and those that workspaces imported. */
@Module({ providers: [ConnectorRegistry], exports: [ConnectorRegistry] })
export class ConnectorRegistryModule {}
