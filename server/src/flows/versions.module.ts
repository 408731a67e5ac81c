import { Module } from '@nestjs/common';
import { VersionsService } from './versions.service.js';

/** Published versions, for whatever runs them. */
@Module({ providers: [VersionsService], exports: [VersionsService] })
export class VersionsModule {}
