import { ENTRANCE } from '../support/page-list.js';
import { sweep } from '../support/sweep.js';

sweep(ENTRANCE);
