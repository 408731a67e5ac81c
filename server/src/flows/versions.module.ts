import { Module } from '@nestjs/common';
import { ConnectorRegistryModule } from '../connector-registry/connector-registry.module.js';
import { VersionsService } from './versions.service.js';

/** Published versions, for whatever runs them. */
@Module({ imports: [ConnectorRegistryModule], providers: [VersionsService], exports: [VersionsService] })
export class VersionsModule {}
