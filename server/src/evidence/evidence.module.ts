import { Module } from '@nestjs/common';
import { ConnectionsModule } from '../connections/connections.module.js';
import { VersionsModule } from '../flows/versions.module.js';
import { EvidenceController } from './evidence.controller.js';
import { EvidenceService } from './evidence.service.js';
import { EvidenceKeys } from './evidence-keys.service.js';

/** Signed packs of evidence of runs, and the keys that sign them. */
@Module({
  imports: [ConnectionsModule, VersionsModule],
  controllers: [EvidenceController],
  providers: [EvidenceKeys, EvidenceService],
})
export class EvidenceModule {}
