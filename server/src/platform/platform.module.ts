import { Global, Module } from '@nestjs/common';
import { Addresses } from './addresses.js';
import { DatabaseModule } from './database/database.module.js';
import { EventStreams } from './routes/index.js';

/** What every feature stands on. Config and Sealer are made before the application and given to it. */
@Global()
@Module({
  imports: [DatabaseModule],
  providers: [Addresses, EventStreams],
  exports: [Addresses, EventStreams],
})
export class PlatformModule {}
