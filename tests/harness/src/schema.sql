-- BILLmanager's tables, as far as the module reads them (billmanager-protocol.md 8.2) and the stand-in for mgrctl writes them.
-- Columns that nobody here uses stand in between, and first: whoever reads by position reads nonsense.

CREATE TABLE account (
  valid_email enum('on','off') DEFAULT 'off',
  name varchar(255),
  id int(11) NOT NULL AUTO_INCREMENT PRIMARY KEY
);

CREATE TABLE user (
  realname varchar(255),
  phone varchar(40),
  account int(11),
  level int(11) NOT NULL DEFAULT 16,
  email varchar(255),
  id int(11) NOT NULL AUTO_INCREMENT PRIMARY KEY
);

CREATE TABLE department (
  email varchar(255),
  name varchar(255),
  id int(11) NOT NULL AUTO_INCREMENT PRIMARY KEY
);

CREATE TABLE datacenter (
  orderpriority int(11) DEFAULT 0,
  dcimanager6 enum('on','off') DEFAULT 'off',
  ipmgr int(11),
  external_id varchar(64),
  name varchar(255),
  id int(11) NOT NULL AUTO_INCREMENT PRIMARY KEY
);

CREATE TABLE itemtype (
  parent int(11),
  intname varchar(64),
  name varchar(255),
  id int(11) NOT NULL AUTO_INCREMENT PRIMARY KEY
);

CREATE TABLE itemtypeparam (
  itemtype int(11),
  intname varchar(64),
  id int(11) NOT NULL AUTO_INCREMENT PRIMARY KEY
);

CREATE TABLE itemtypeparamvalue (
  name varchar(255),
  name_ru varchar(255),
  intname varchar(128),
  itemtypeparam int(11),
  id int(11) NOT NULL AUTO_INCREMENT PRIMARY KEY,
  UNIQUE (itemtypeparam, intname)
);

CREATE TABLE enumeration (
  name varchar(255),
  id int(11) NOT NULL AUTO_INCREMENT PRIMARY KEY
);

CREATE TABLE enumerationitem (
  name varchar(255),
  intname varchar(64),
  enumeration int(11),
  id int(11) NOT NULL AUTO_INCREMENT PRIMARY KEY
);

CREATE TABLE processingmodule (
  createdate datetime DEFAULT CURRENT_TIMESTAMP,
  config mediumtext,
  module varchar(64),
  active enum('on','off') DEFAULT 'on',
  ipmgr int(11) DEFAULT 0,
  orderpriority int(11) DEFAULT 0,
  statdate date,
  department int(11),
  datacenter int(11),
  name varchar(255),
  id int(11) NOT NULL AUTO_INCREMENT PRIMARY KEY
);

CREATE TABLE processingparam (
  processingmodule int(11) NOT NULL,
  value text,
  intname varchar(64) NOT NULL,
  PRIMARY KEY (processingmodule, intname)
);

CREATE TABLE processingcryptedparam (
  processingmodule int(11) NOT NULL,
  value text,
  intname varchar(64) NOT NULL,
  PRIMARY KEY (processingmodule, intname)
);

CREATE TABLE processingmodule2itemtypeparamvalue (
  itemtypeparamvalue int(11) NOT NULL,
  processingmodule int(11) NOT NULL,
  PRIMARY KEY (processingmodule, itemtypeparamvalue)
);

CREATE TABLE pricelist (
  project int(11) DEFAULT 1,
  parent int(11),
  name varchar(255),
  intname varchar(64),
  itemtype int(11),
  active enum('on','off') DEFAULT 'on',
  compound int(11),
  addontype int(11),
  billtype int(11),
  addonbool enum('on','off'),
  addonlimit int(11),
  enumeration int(11),
  enumerationitem int(11),
  id int(11) NOT NULL AUTO_INCREMENT PRIMARY KEY
);

CREATE TABLE pricelistparam (
  pricelist int(11) NOT NULL,
  value text,
  intname varchar(64) NOT NULL,
  PRIMARY KEY (pricelist, intname)
);

CREATE TABLE processingmodule2pricelist (
  pricelist int(11) NOT NULL,
  processingmodule int(11) NOT NULL,
  PRIMARY KEY (processingmodule, pricelist)
);

CREATE TABLE item (
  createdate date DEFAULT (CURRENT_DATE),
  expiredate date,
  period int(11) DEFAULT 1,
  cost decimal(18,4) DEFAULT 0,
  account int(11),
  parent int(11),
  status int(11) NOT NULL DEFAULT 1,
  name varchar(255),
  pricelist int(11),
  processingmodule int(11),
  lastpricelist int(11),
  autosuspend enum('on','off') DEFAULT 'off',
  employeesuspend enum('on','off') DEFAULT 'off',
  abusesuspend enum('on','off') DEFAULT 'off',
  boolvalue enum('on','off'),
  intvalue int(11),
  addonlimit int(11),
  enumerationitem int(11),
  id int(11) NOT NULL AUTO_INCREMENT PRIMARY KEY
);

CREATE TABLE itemparam (
  item int(11) NOT NULL,
  value mediumtext,
  intname varchar(64) NOT NULL,
  PRIMARY KEY (item, intname)
);

CREATE TABLE itemcryptedparam (
  item int(11) NOT NULL,
  value text,
  intname varchar(64) NOT NULL,
  PRIMARY KEY (item, intname)
);

CREATE TABLE ip (
  createdate datetime DEFAULT CURRENT_TIMESTAMP,
  ptype varchar(16) DEFAULT 'public',
  domain varchar(255),
  gateway varchar(64),
  mask varchar(64),
  status int(11) NOT NULL DEFAULT 1,
  item int(11),
  name varchar(64),
  id int(11) NOT NULL AUTO_INCREMENT PRIMARY KEY
);

CREATE TABLE runningoperation (
  startdate datetime DEFAULT CURRENT_TIMESTAMP,
  -- Not BILLmanager's: whether the background job has run it.
  began enum('on','off') NOT NULL DEFAULT 'off',
  manual enum('on','off') NOT NULL DEFAULT 'off',
  errorxml mediumtext,
  trycount int(11) NOT NULL DEFAULT 1,
  intname varchar(64) NOT NULL,
  item int(11),
  id int(11) NOT NULL AUTO_INCREMENT PRIMARY KEY
);

CREATE TABLE task (
  opendate datetime DEFAULT CURRENT_TIMESTAMP,
  department int(11),
  params text,
  status int(11) NOT NULL DEFAULT 0,
  type varchar(64),
  runningoperation int(11),
  item int(11),
  id int(11) NOT NULL AUTO_INCREMENT PRIMARY KEY
);

-- What problems.register writes; the module never reads it.
CREATE TABLE problem (
  params text,
  object varchar(64),
  name varchar(128),
  id int(11) NOT NULL AUTO_INCREMENT PRIMARY KEY
);

INSERT INTO department (id, name) VALUES (3, 'Support');
INSERT INTO itemtype (id, intname, name) VALUES (3, 'dedic', 'Dedicated server'), (30, 'ip', 'IP address'), (31, 'privateip', 'Private IP address');
INSERT INTO itemtypeparam (itemtype, intname) VALUES (3, 'ostempl'), (3, 'recipe'), (3, 'domain');
