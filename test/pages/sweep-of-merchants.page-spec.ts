import { OF_MERCHANTS } from './page-list.js';
import { sweep } from './sweep.js';

sweep(OF_MERCHANTS);
