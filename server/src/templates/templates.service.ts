import type { TemplateDetail, TemplateRow } from '@castellan/api';
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { ConnectorsService } from '../connectors/connectors.service.js';
import { found } from '../platform/errors.js';
import { wholePage } from '../platform/paging.js';
import { listTemplateFiles, readTemplate, TemplateError, templatesFolder } from './read-templates.js';
import type { TemplateFile } from './template-file.js';

/** The templates that came with this release. */
@Injectable()
export class TemplatesService implements OnModuleInit {
  private readonly logger = new Logger(TemplatesService.name);
  private readonly templates = new Map<string, TemplateFile>();

  constructor(private readonly connectors: ConnectorsService) {}

  /** A file that is wrong is left out and named in the log; the others work. */
  async onModuleInit(): Promise<void> {
    const connectors = await this.connectors.describeBuiltIn();
    for (const file of listTemplateFiles(templatesFolder)) {
      try {
        const template = readTemplate(templatesFolder, file, connectors);
        this.templates.set(template.id, template);
      } catch (error) {
        if (!(error instanceof TemplateError)) throw error;
        this.logger.error(`Template left out. ${error.message}`);
      }
    }
  }

  list() {
    return wholePage([...this.templates.values()].map(toRow));
  }

  get(id: string): TemplateDetail {
    const template = this.load(id);
    const { guide, samples, tables } = template;
    return { ...toRow(template), guide, samples, ...(tables ? { tables } : {}) };
  }

  load(id: string): TemplateFile {
    return found(this.templates.get(id), 'template');
  }
}

function toRow({ id, title, summary, category, systems, minutes, changes, flow }: TemplateFile): TemplateRow {
  return { id, title, summary, category, systems, minutes, changes, flow: { ...flow } };
}
