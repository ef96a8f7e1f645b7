import { startRanges } from './board.ts';
import { startCharts } from './chart-set.ts';
import { root } from './dom.ts';
import { startOrdersTable } from './orders-table.ts';
import { startCopy, startNavigation, startTips } from './page-tips.ts';
import { startPrint } from './print.ts';
import { startTheme } from './theme.ts';

root.classList.add('js');
startCharts();
startTheme();
startRanges();
startPrint();
startTips();
startOrdersTable();
startCopy();
startNavigation();
