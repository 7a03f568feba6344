import { Module } from '@nestjs/common';
import { registerCatalogue } from '../../platform/http/catalogue-registry.js';
import { mapConstraints } from '../../platform/database/constraint-refusals.js';
import { AuditModule } from '../audit/index.js';
import { TaskBook } from './task-book.service.js';
import { TasksController } from './tasks.controller.js';
import { TASKS_ERRORS } from './tasks.errors.js';
import { TasksRepository } from './tasks.repository.js';

registerCatalogue(TASKS_ERRORS);
mapConstraints({ task_done_stays_ck: 'tasks.done_already' });

@Module({ imports: [AuditModule], controllers: [TasksController], providers: [TasksRepository, TaskBook], exports: [TaskBook] })
export class TasksModule {}
