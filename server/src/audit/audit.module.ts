import { Global, Module } from '@nestjs/common';
import { AuditController } from './audit.controller.js';
import { AuditService } from './audit.service.js';
import { AuditTrail } from './audit-trail.service.js';

/** Who changed what. Global, since every feature records its changes. */
@Global()
@Module({ controllers: [AuditController], providers: [AuditService, AuditTrail], exports: [AuditService] })
export class AuditModule {}
