import { OF_MERCHANTS } from '../support/page-list.js';
import { sweep } from '../support/sweep.js';

sweep(OF_MERCHANTS);
