import { testRule } from '../../../../test/support/detect';
import { Talk } from '../../../../test/support/talk';
import { tcpHalfCloseStuck } from './tcp-half-close-stuck';

const closing = () => new Talk().open().data(0).data(1).c('FA').s('A');

testRule(tcpHalfCloseStuck, [
  { name: 'the server neither sends nor closes for 70 s', packets: closing().silence(70).packets, finds: ['notice'] },
  { name: 'for 20 s only', packets: closing().silence(20).packets, finds: [] },
  { name: 'the server still sends', packets: closing().wait(50).s('PA', { data: 10 }).c('A').silence(30).packets, finds: [] },
  { name: 'the server closes, too', packets: closing().s('FA').c('A').silence(70).packets, finds: [] },
]);
