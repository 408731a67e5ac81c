import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, DiscoveryModule } from '@nestjs/core';
import { Config } from '../config.js';
import { Addresses } from './addresses.js';
import { EncryptionKeys, Sealer } from './crypto/index.js';
import { DatabaseModule } from './database/database.module.js';
import { Metrics } from './metrics.js';
import { ReadinessChecks } from './readiness.js';
import { ErrorFilter } from './routes/error.filter.js';
import { EventStreams } from './routes/event-streams.js';
import { RouteGuard } from './routes/guard.js';
import { RevisionInterceptor } from './routes/revision.interceptor.js';
import { ServedRoutes } from './routes/served-routes.js';

/** What every feature stands on. It knows none of them. */
@Module({})
export class PlatformModule {}

/** The platform on settings and keys that were made before the application: without them it must not start. */
export function platformModule(config: Config, keys: EncryptionKeys): DynamicModule {
  const made = [
    { provide: Config, useValue: config },
    { provide: Sealer, useValue: new Sealer(keys) },
    { provide: EncryptionKeys, useValue: keys },
    Addresses,
    EventStreams,
    Metrics,
    ReadinessChecks,
  ];
  return {
    module: PlatformModule,
    global: true,
    imports: [DatabaseModule, DiscoveryModule],
    providers: [
      ...made,
      ServedRoutes,
      { provide: APP_GUARD, useClass: RouteGuard },
      { provide: APP_FILTER, useClass: ErrorFilter },
      { provide: APP_INTERCEPTOR, useClass: RevisionInterceptor },
    ],
    exports: [Config, Sealer, EncryptionKeys, Addresses, EventStreams, Metrics, ReadinessChecks],
  };
}
