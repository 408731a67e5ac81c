import { Module } from '@nestjs/common';
import { KeyChange } from './key-change.service.js';

/** What a change of the encryption key takes. */
@Module({ providers: [KeyChange] })
export class EncryptionModule {}
