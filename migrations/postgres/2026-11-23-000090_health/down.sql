DROP TABLE health_withdrawals;
