import { Module } from '@nestjs/common';
import { AccountsService } from './accounts.service.js';
import { DirectoryController } from './directory.controller.js';
import { DirectoryHost } from './directory-host.service.js';
import { PeopleService } from './people.service.js';

/** What integrations have read: accounts, groups, who is in which, and the people behind them. */
@Module({
  controllers: [DirectoryController],
  providers: [AccountsService, DirectoryHost, PeopleService],
  exports: [DirectoryHost],
})
export class DirectoryModule {}
