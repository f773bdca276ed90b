  order_id STRING,
  created_at TIMESTAMP_LTZ(6),
  total DECIMAL(18, 2),
  customer ROW<name STRING, country STRING>,
  lines ARRAY<ROW<sku STRING, quantity BIGINT, price DECIMAL(12, 2), discount DECIMAL(5, 3)>>,
  pickup_at STRING,
  note STRING
