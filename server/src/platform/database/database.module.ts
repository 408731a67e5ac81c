import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Config } from '../../config.js';
import { ComingMonths } from './coming-months.js';
import { Database } from './database.js';
import { IntakeDatabase } from './intake-database.js';
import { Notifications } from './notifications.js';
import { poolSettings } from './pool.js';
import { PostgresNames } from './postgres-names.js';

/** Two pools and a listener on one Postgres. The schema comes from migrations only. */
@Global()
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [Config],
      useFactory: (config: Config) => ({
        type: 'postgres' as const,
        autoLoadEntities: true,
        synchronize: false,
        namingStrategy: new PostgresNames(),
        installExtensions: false,
        extra: poolSettings({ url: config.databaseUrl, name: config.mode, size: config.poolSize }),
        retryAttempts: 1,
      }),
    }),
  ],
  providers: [ComingMonths, Database, IntakeDatabase, Notifications],
  exports: [Database, IntakeDatabase, Notifications],
})
export class DatabaseModule {}
