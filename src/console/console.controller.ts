import { Controller, Get, Header, Inject, Param, Res } from '@nestjs/common';
import type { Response } from 'express';
import { CONFIG } from '../config/config.token.js';
import type { Config } from '../config/config.token.js';
import { refusal } from '../rest/refusal.js';
import { Rest } from '../rest/rest.decorator.js';
import { CONSOLE_FOLDER, documentIn } from './console-files.js';
import { pagePolicy } from './page-policy.js';

const OPEN = { protection: 'none', limit: 'address' } as const;
/** A name that the build has made of what is in the file, or a worklet's; nothing that could be a path. */
const FILE = /^[\w-]{1,80}(\.[\w-]{1,20})?\.(js|css|svg)$/;
/** The names of built files change with what is in them. */
const HASHED = /-[\w-]{8}\.(js|css)$/;
const FOR_EVER = 'public, max-age=31536000, immutable';

/** The console: a page for developers and supervisors. It holds nothing of anybody: what it shows it asks for with a token. */
@Controller()
export class ConsoleController {
  private readonly policy: string;
  private document: string | undefined;

  constructor(
    @Inject(CONSOLE_FOLDER) private readonly folder: string,
    @Inject(CONFIG) { SUPABASE_URL: supabase }: Config,
  ) {
    this.policy = pagePolicy(supabase);
  }

  @Get()
  @Rest({ ...OPEN, summary: 'The console, a page to talk and to watch calls', answerType: 'text/html' })
  @Header('Content-Type', 'text/html; charset=utf-8')
  page(@Res({ passthrough: true }) response: Response): string {
    const document = (this.document ??= documentIn(this.folder));
    if (document === undefined) throw refusal(404, 'not_found', 'The console is not built here: npm run build.');
    response.setHeader('Content-Security-Policy', this.policy).setHeader('Cache-Control', 'no-cache');
    response.setHeader('Permissions-Policy', 'microphone=(self), speaker-selection=(self), screen-wake-lock=(self)');
    return document;
  }

  @Get('console/:file')
  @Rest({ ...OPEN, summary: 'A script, style or picture of the console', answerType: '*/*' })
  async asset(@Param('file') file: string, @Res() response: Response): Promise<void> {
    if (!FILE.test(file)) throw refusal(404, 'not_found', NO_FILE);
    response.setHeader('Cache-Control', HASHED.test(file) ? FOR_EVER : 'no-cache');
    await new Promise<void>((resolve, reject) => {
      response.sendFile(file, { root: `${this.folder}/console`, cacheControl: false }, (error?: Error) => {
        if (error === undefined || response.headersSent) resolve();
        else reject(refusal(404, 'not_found', NO_FILE, { cause: error }));
      });
    });
  }
}

const NO_FILE = 'There is no such file of the console.';
