DROP TRIGGER threads_narrowed_with_board ON boards;
DROP FUNCTION narrow_threads_with_board();
