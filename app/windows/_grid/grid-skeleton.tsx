/** The grid before it is known: rows of cells. */
export function GridSkeleton() {
  return (
    <div role="status" aria-label="Loading" className="pt-11">
      {[0, 1, 2, 3].map((row) => (
        <div key={row} className="flex h-7 items-center gap-3 border-t px-3">
          <div className="skeleton h-4 w-20 md:w-44" />
          <div className="skeleton h-4 flex-1" />
        </div>
      ))}
    </div>
  );
}
