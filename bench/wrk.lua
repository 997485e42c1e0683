-- Prints what the report of wrk rounds or leaves out: totals, and every latency with its number.
function done(summary, latency)
  print(string.format("#total %d %d", summary.requests, summary.duration))
  for i = 1, #latency do
    local value, count = latency(i)
    print(string.format("#latency %d %d", value, count))
  end
end
