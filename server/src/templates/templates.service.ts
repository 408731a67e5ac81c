import type { TemplateDetail, TemplateRow } from '@castellan/api';
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Config } from '../config.js';
import { ConnectorsService } from '../connectors/connectors.service.js';
import { found } from '../platform/errors.js';
import { wholePage } from '../platform/paging.js';
import { listTemplateFiles, readTemplate, TemplateError, templatesFolder } from './read-templates.js';
import type { TemplateFile } from './template-file.js';

/** The templates that came with this release, and those of whoever runs the server. */
@Injectable()
export class TemplatesService implements OnModuleInit {
  private readonly logger = new Logger(TemplatesService.name);
  private readonly templates = new Map<string, TemplateFile>();

  constructor(
    private readonly connectors: ConnectorsService,
    private readonly config: Config,
  ) {}

  /** A file that is wrong is left out and named in the log; the others work. */
  async onModuleInit(): Promise<void> {
    const connectors = await this.connectors.describeBuiltIn();
    const { ownTemplates } = this.config;
    for (const folder of [templatesFolder, ...(ownTemplates === null ? [] : [ownTemplates])]) {
      for (const file of listTemplateFiles(folder)) this.take(folder, file, connectors);
    }
  }

  private take(folder: string, file: string, connectors: Parameters<typeof readTemplate>[2]): void {
    try {
      const template = readTemplate(folder, file, connectors);
      this.templates.set(template.id, template);
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      this.logger.error(`Template left out. ${error.message}`);
    }
  }

  list() {
    return wholePage([...this.templates.values()].map(toRow));
  }

  get(id: string): TemplateDetail {
    const template = this.load(id);
    const { guide, samples, tables, testedWith, opalApp } = template;
    return {
      ...toRow(template),
      ...{ guide, samples },
      ...(tables ? { tables } : {}),
      ...(testedWith ? { testedWith } : {}),
      ...(opalApp ? { opalApp } : {}),
    };
  }

  load(id: string): TemplateFile {
    return found(this.templates.get(id), 'template');
  }
}

function toRow({ id, title, summary, category, systems, minutes, changes, flow }: TemplateFile): TemplateRow {
  return { id, title, summary, category, systems, minutes, changes, flow: { ...flow } };
}
