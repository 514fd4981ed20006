import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp } from 'lucide-react';
import {
  type CSSProperties,
  type KeyboardEvent,
  memo,
  type ReactNode,
  type RefObject,
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';

export interface Column<Row> {
  id: string;
  title: string;
  /** The head shows nothing; the title is for screen readers. */
  titleHidden?: boolean;
  /** A CSS grid track, for example minmax(90px, 1fr). */
  width: string;
  align?: 'right';
  render: (row: Row) => ReactNode;
  /** Whole value for copies. */
  text: (row: Row) => string;
  /** Left out, last one first, where the columns would not fit. */
  low?: boolean;
  sortable?: boolean;
  hint?: string;
}

export interface Sort {
  column: string;
  descending: boolean;
}

interface DataGridProps<Row> {
  label: string;
  columns: readonly Column<Row>[];
  /** Keys in the order to show. */
  order: readonly string[];
  row: (key: string) => Row | undefined;
  sort: Sort | null;
  onSort: (column: string) => void;
  selected?: string | null;
  onOpen?: (key: string) => void;
  onFavourite?: (key: string) => void;
  rowClass?: (row: Row) => string;
  /** A row that stands over others: it spans the grid. */
  groupTitle?: (key: string) => ReactNode | null;
  rowHeight: number;
  /** Changes whenever a row's values may have. */
  version: number;
  empty: ReactNode;
}

/** px a column needs at least: the first length of its track. */
function leastWidth(columns: readonly { width: string }[]): number {
  return columns.reduce((sum, { width }) => sum + Number(/(\d+)px/.exec(width)?.[1] ?? 0), 0);
}

/** The columns that fit without scrolling sideways; those of low priority go, last one first. */
function useFittingColumns<Row>(
  columns: readonly Column<Row>[],
  scroller: RefObject<HTMLElement | null>,
): readonly Column<Row>[] {
  const [room, setRoom] = useState(Number.POSITIVE_INFINITY);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    setRoom(element.clientWidth);
    const observer = new ResizeObserver(() => setRoom(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, [scroller]);
  return useMemo(() => {
    const kept = [...columns];
    while (leastWidth(kept) > room) {
      const last = kept.findLastIndex(({ low }) => low);
      if (last < 0) break;
      kept.splice(last, 1);
    }
    return kept;
  }, [columns, room]);
}

interface BodyRowProps<Row> {
  id: string;
  columns: readonly Column<Row>[];
  row: Row | undefined;
  group: ReactNode | null;
  index: number;
  start: number;
  height: number;
  activeColumn: number | null;
  selected: boolean;
  className: string;
}

function BodyRow<Row>({ id, columns, row, group, index, start, height, activeColumn, selected, className }: BodyRowProps<Row>) {
  // transform and height come from the virtualizer: CSSOM, no style element.
  const place = { transform: `translateY(${start}px)`, height };
  if (group !== null) {
    return (
      <div className="grid-row group" role="row" aria-rowindex={index + 2} style={place}>
        <div
          role="gridcell"
          id={`${id}-0`}
          aria-colspan={columns.length}
          className={activeColumn === null ? undefined : 'active'}
        >
          {group}
        </div>
      </div>
    );
  }
  if (row === undefined) return null;
  return (
    <div
      className={`grid-row ${className}`}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selected}
      data-index={index}
      style={place}
    >
      {columns.map((column, at) => (
        <div
          key={column.id}
          id={`${id}-${at}`}
          role="gridcell"
          data-column={at}
          className={`${column.align === 'right' ? 'r' : ''} ${activeColumn === at ? 'active' : ''}`}
        >
          {column.render(row)}
        </div>
      ))}
    </div>
  );
}
/** Rows are changed by replacing them, so the same row object shows the same cells. */
const MemoRow = memo(BodyRow) as typeof BodyRow; // memo() loses the type parameter

/**
 * A grid of any length: only the rows in sight are in the page. Arrows, Home, End and Page move, Enter opens,
 * c copies the cell, C the row, f marks a favourite. The focus stays on the grid; the active cell is its descendant.
 */
export function DataGrid<Row>(props: DataGridProps<Row>) {
  const { label, order, row, sort, onSort, selected = null, onOpen, onFavourite, rowClass, groupTitle, rowHeight, empty } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const columns = useFittingColumns(props.columns, scroller);
  const id = useId();
  const [active, setActive] = useState<{ index: number; column: number } | null>(null);
  const virtual = useVirtualizer({
    count: order.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 8,
  });
  useEffect(() => virtual.measure(), [virtual, rowHeight]);

  function move(index: number, column: number): void {
    const next = {
      index: Math.max(0, Math.min(order.length - 1, index)),
      column: Math.max(0, Math.min(columns.length - 1, column)),
    };
    setActive(next);
    virtual.scrollToIndex(next.index);
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== scroller.current) return;
    const at = active ?? { index: -1, column: 0 };
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? rowHeight) / rowHeight) - 2);
    const key = order[at.index];
    const current = key === undefined ? undefined : row(key);
    const actions: Record<string, () => void> = {
      ArrowDown: () => move(at.index + 1, at.column),
      ArrowUp: () => move(at.index - 1, at.column),
      ArrowRight: () => move(Math.max(0, at.index), at.column + 1),
      ArrowLeft: () => move(Math.max(0, at.index), at.column - 1),
      PageDown: () => move(at.index + page, at.column),
      PageUp: () => move(at.index - page, at.column),
      Home: () => move(0, at.column),
      End: () => move(order.length - 1, at.column),
      Enter: () => key !== undefined && onOpen?.(key),
      c: () => current !== undefined && void navigator.clipboard.writeText(columns[at.column]?.text(current) ?? ''),
      C: () =>
        current !== undefined && void navigator.clipboard.writeText(columns.map(column => column.text(current)).join('\t')),
      f: () => key !== undefined && onFavourite?.(key),
    };
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  }

  const items = virtual.getVirtualItems();
  const template = { '--columns': columns.map(({ width }) => width).join(' '), '--least': `${leastWidth(columns)}px` };
  return (
    <div
      ref={scroller}
      className="data-grid"
      role="grid"
      aria-label={label}
      aria-rowcount={order.length + 1}
      aria-colcount={columns.length}
      aria-activedescendant={active && active.index < order.length ? `${id}${order[active.index]}-${active.column}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
      // React's type knows no custom properties.
      style={template as CSSProperties}
    >
      <div className="grid-head" role="row" aria-rowindex={1}>
        {columns.map(column => (
          <div
            key={column.id}
            role="columnheader"
            className={column.align === 'right' ? 'r' : undefined}
            aria-sort={sort?.column === column.id ? (sort.descending ? 'descending' : 'ascending') : undefined}
            title={column.hint}
          >
            {column.sortable === false ? (
              <span className={column.titleHidden ? 'visually-hidden' : undefined}>{column.title}</span>
            ) : (
              <button type="button" tabIndex={-1} onClick={() => onSort(column.id)}>
                {column.title}
                {sort?.column === column.id &&
                  (sort.descending ? <ArrowDown size={12} aria-hidden /> : <ArrowUp size={12} aria-hidden />)}
              </button>
            )}
          </div>
        ))}
      </div>
      {order.length === 0 && (
        <div role="row" className="grid-empty">
          <div role="gridcell" aria-colspan={columns.length}>
            {empty}
          </div>
        </div>
      )}
      <div
        role="rowgroup"
        className="grid-body"
        style={{ height: virtual.getTotalSize() }}
        onClick={event => {
          const target = event.target instanceof Element ? event.target : null;
          const index = Number(target?.closest('[data-index]')?.getAttribute('data-index') ?? Number.NaN);
          if (Number.isNaN(index) || target?.closest('button, a')) return;
          setActive({ index, column: Number(target?.closest('[data-column]')?.getAttribute('data-column') ?? 0) });
          const key = order[index];
          if (key !== undefined) onOpen?.(key);
        }}
      >
        {items.map(item => {
          const key = order[item.index] ?? '';
          const value = row(key);
          return (
            <MemoRow
              key={key}
              id={`${id}${key}`}
              columns={columns}
              row={value}
              group={groupTitle?.(key) ?? null}
              index={item.index}
              start={item.start}
              height={rowHeight}
              activeColumn={active?.index === item.index ? active.column : null}
              selected={selected === key}
              className={value === undefined ? '' : (rowClass?.(value) ?? '')}
            />
          );
        })}
      </div>
    </div>
  );
}
