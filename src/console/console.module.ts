import { Module } from '@nestjs/common';
import { AgentsModule } from '../agents/agents.module.js';
import { BusinessModule } from '../business/business.module.js';
import { RestModule } from '../rest/rest.module.js';
import { AgentsController } from './agents.controller.js';
import { builtConsole, CONSOLE_FOLDER } from './console-files.js';
import { ConsoleController } from './console.controller.js';
import { SignInController } from './sign-in.controller.js';

/** The console at `/`, and what it needs to know of this server before anybody has said who he is. */
@Module({
  imports: [RestModule, AgentsModule, BusinessModule],
  controllers: [ConsoleController, SignInController, AgentsController],
  providers: [{ provide: CONSOLE_FOLDER, useFactory: builtConsole }],
})
export class ConsoleModule {}
