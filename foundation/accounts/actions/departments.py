"""The directory of departments, which the office keeps."""



