import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './components/tokens.css';
import './components/fonts.css';
import './components/base.css';
import './components/controls.css';
import './components/panels.css';
import './components/grid.css';
import './components/charts.css';
import './app/frame.css';
import './app/palette.css';
import './pages/pages.css';
import './pages/captures.css';
import './pages/hosts.css';
import { App } from './app/App';
import { resolveLanguage, startTexts } from './i18n';

startTexts(resolveLanguage('system'));
const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
