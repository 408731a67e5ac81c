import { readdirSync } from 'node:fs';
import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Controller, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiError } from '../platform/errors.js';
import { OnOutside } from '../platform/routes/index.js';

/** Where the designer's build is. */
export const designerFolder = fileURLToPath(new URL('../../../designer/dist/', import.meta.url));

/** First parts of addresses that are never a page. */
const noPages = /^\/(api|hooks|mcp|health|metrics|\.well-known)(\/|$)/;

/** Serves the designer's files, and its page for every address that the designer routes itself. */
@Controller()
export class DesignerController {
  /** Only names found here at start are ever opened, so no path can climb out of the folder. */
  private readonly files = listFiles(designerFolder);

  @OnOutside('GET', '/*')
  serve(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const path = new URL(request.url, 'http://designer').pathname;
    if (noPages.test(path)) throw new ApiError('not_found');
    const file = path.slice(1);
    if (this.files.has(file)) {
      return reply.sendFile(file, file.startsWith('assets/') ? { immutable: true, maxAge: '365d' } : { maxAge: 0 });
    }
    // The address of a page may end like a file’s name: a person’s is their e-mail address.
    if (/\.\w+$/.test(path) && !path.startsWith('/w/')) throw new ApiError('not_found');
    if (!this.files.has('index.html'))
      throw new ApiError('not_found', 'The designer is not built: run “npm run build”.');
    return reply.header('cache-control', 'no-cache').sendFile('index.html', { cacheControl: false });
  }
}

function listFiles(folder: string): Set<string> {
  try {
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
    // Compressed copies stand beside their files and are sent in their place, never by a name of their own.
    const files = entries.filter((entry) => entry.isFile() && !/\.(br|gz)$/.test(entry.name));
    return new Set(files.map((file) => relative(folder, `${file.parentPath}${sep}${file.name}`).replaceAll(sep, '/')));
  } catch {
    return new Set();
  }
}
