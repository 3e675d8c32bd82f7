DROP TABLE notices;
DROP TABLE happenings;
