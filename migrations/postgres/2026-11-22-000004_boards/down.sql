DROP TABLE board_changes;
DROP TABLE board_requests;
DROP TABLE board_members;
DROP TABLE board_moderators;
DROP TABLE content_notes;
DROP TABLE board_list_version;
DROP TABLE boards;
