//! One listing a language with each kind and role it has.

use super::*;

#[test]
fn python() {
    let code = "import os.path\nfrom pool import Worker, size as n\n\n# hidden\n\
        class Shop(Base):\n    LIMIT = 3\n    name: str = 'hidden'\n\n\
        \x20   @log.call\n    async def serve(self, guest, *rest):\n\
        \x20       self.open = guest\n        print(f'hidden {guest.age()!r}')\n\n\
        def start(at=1):\n    \"\"\"hidden\"\"\"\n    with lock as held:\n\
        \x20       Worker(key=at)\n    for i in n: os.stat(i)\n";
    assert_names(
        "python",
        code,
        "os:module:imported path:module:imported pool:module:imported \
         worker:class:imported size:variable:imported n:variable:imported \
         shop:class:defined base:class:used limit:constant:defined name:field:defined \
         str:class:used log:variable:used call:function:used serve:method:defined \
         self:parameter:defined guest:parameter:defined rest:parameter:defined \
         self:parameter:used open:field:defined guest:parameter:used \
         print:function:called guest:parameter:used age:method:called \
         start:function:defined at:parameter:defined lock:variable:used \
         held:variable:defined worker:class:called key:parameter:used at:parameter:used \
         i:variable:defined n:variable:used os:module:used stat:method:called \
         i:variable:used",
    );
}

#[test]
fn rust() {
    let code = "use std::{fs, sync::Mutex};\nmod inner {}\nconst MAX: u32 = 1;\n\
        /// hidden\n#[derive(Debug)]\nstruct Shop<T> { open: Mutex<T> }\n\
        enum Door { Open, Shut(u8) }\ntrait Serve { fn serve(&self); }\n\
        impl Serve for Door { fn serve(&self) { self.swing(); } }\n\
        fn start(at: u32) -> Door {\n    let Some(x) = fs::read(\"hidden\") else { fail() };\n\
        \x20   println!(\"hidden {}\", x.len());\n    Door::Shut(at)\n}\nmacro_rules! twice { () => {} }\n";
    assert_names(
        "rust",
        code,
        "std:module:imported fs:module:imported sync:module:imported \
         mutex:class:imported inner:module:defined max:constant:defined \
         derive:macro:used debug:class:used shop:class:defined t:type:defined \
         open:field:defined mutex:class:used t:type:used door:class:defined \
         open:constant:defined shut:constant:defined serve:type:defined \
         serve:method:defined serve:type:used door:class:used serve:method:defined \
         swing:method:called start:function:defined at:parameter:defined door:class:used \
         some:class:used x:variable:defined fs:module:used read:function:called \
         fail:function:called println:macro:called x:variable:used len:function:called \
         door:class:used shut:constant:called at:parameter:used twice:macro:defined",
    );
}

#[test]
fn go() {
    let code = "package shop\n\nimport (\n\t\"fmt\"\n\tweb \"net/http\"\n)\n\n// hidden\n\
        const Limit = 1\n\ntype Door struct{ Open bool }\ntype Server interface{ Serve(n int) error }\n\n\
        func (d *Door) Serve(n int) error {\n\ts := fmt.Sprint(\"hidden\", n)\n\td.Open = ready(s)\n\
        \treturn Door{Open: true}\n}\n\nfunc start() { var w web.Header }\n";
    assert_names(
        "go",
        code,
        "shop:module:defined fmt:module:imported web:module:imported \
         http:module:imported limit:constant:defined door:class:defined \
         open:field:defined bool:class:used server:type:defined serve:method:defined \
         n:parameter:defined int:class:used error:class:used d:parameter:defined \
         door:class:used serve:method:defined n:parameter:defined int:class:used \
         error:class:used s:variable:defined fmt:module:used sprint:method:called \
         n:parameter:used d:parameter:used open:field:used ready:function:called \
         s:variable:used door:class:used open:field:used start:function:defined \
         w:variable:defined web:module:used header:class:used",
    );
}

#[test]
fn java() {
    let code = "package my.shop;\nimport java.util.List;\n/** hidden */\n\
        @Logged(level = 1)\nclass Shop<T> extends Base {\n  static final int MAX = 1;\n  Door door;\n\
        \x20 Shop(Door d) { this.door = d; }\n  void serve(String... names) {\n    var x = new Guest(\"hidden\");\n\
        \x20   door.swing(x).then(Door::close); run(n -> n);\n  }\n}\n\
        interface Serves {}\nenum State { OPEN }\n";
    assert_names(
        "java",
        code,
        "my:module:defined shop:module:defined java:module:imported \
         util:module:imported list:class:imported logged:class:used level:field:used \
         shop:class:defined t:type:defined base:class:used max:constant:defined \
         door:class:used door:field:defined shop:class:defined door:class:used \
         d:parameter:defined door:field:used d:parameter:used serve:method:defined \
         string:class:used names:parameter:defined var:class:used x:variable:defined \
         guest:class:called door:field:used swing:method:called x:variable:used \
         then:method:called door:class:used close:method:used run:method:called \
         n:parameter:defined n:parameter:used serves:type:defined state:class:defined \
         open:constant:defined",
    );
}

#[test]
fn kotlin() {
    let code = "package my.shop\nimport lib.Door as Gate\n// hidden\n\
        class Shop(val door: Gate, size: Int) : Base() {\n    fun serve(name: String) {\n\
        \x20       println(\"hidden $name ${door.open()}\")\n        val x = Guest(age = 3)\n    }\n}\n\
        object Single\ninterface Serves\nenum class State { OPEN }\nfun start() = listOf(1).map { k -> k.size }\n\
        const val MAX = 1\n";
    assert_names(
        "kotlin",
        code,
        "my:module:defined shop:module:defined lib:module:imported \
         door:class:imported gate:class:imported shop:class:defined door:field:defined \
         gate:class:used size:parameter:defined int:class:used base:class:used \
         serve:method:defined name:parameter:defined string:class:used \
         println:function:called name:parameter:used door:field:used \
         open:method:called x:variable:defined guest:class:called age:parameter:used \
         single:class:defined serves:type:defined state:class:defined \
         open:constant:defined start:function:defined listof:function:called \
         map:method:called k:parameter:defined k:parameter:used size:field:used \
         max:constant:defined",
    );
}

#[test]
fn javascript() {
    let code = "import fs, { read as get } from 'hidden';\nimport * as web from 'hidden';\n// hidden\n\
        class Shop extends Base {\n  #door = 1;\n  serve(guest, { age }) { this.open = `hidden ${guest.name}`; }\n}\n\
        function start(at = 1) { const go = (x) => x; web.run(fs, get()); }\n\
        const LIMIT = { wide: 1, done() {} }, it = new Shop(LIMIT);\n";
    assert_names(
        "javascript",
        code,
        "fs:variable:imported read:variable:imported get:function:imported \
         web:module:imported shop:class:defined base:class:used door:field:defined \
         serve:method:defined guest:parameter:defined age:parameter:defined \
         open:field:defined guest:parameter:used name:field:used start:function:defined \
         at:parameter:defined go:function:defined x:parameter:defined x:parameter:used \
         web:module:used run:method:called fs:variable:used get:function:called \
         limit:constant:defined wide:field:defined done:method:defined \
         it:variable:defined shop:class:called limit:constant:used",
    );
    let code = "const page = <Shop open={door}>hidden <p>hidden</p></Shop>;";
    let wanted = "page:variable:defined shop:class:used open:field:used \
        door:variable:used shop:class:used";
    assert_names("javascript", code, wanted);
    assert_names("typescript", code, wanted);
}

#[test]
fn typescript() {
    let code = "interface Serves<T> extends Base { door: T; serve(n: number): void }\n\
        type Doors = Door[];\nenum State { Open }\nnamespace Inner {}\n/* hidden */\n\
        abstract class Shop implements Serves<Door> {\n  private size: Inner.Size;\n\
        \x20 constructor(readonly at?: string, ...rest) { super(); }\n}\n\
        function start(x: Shop): x is Big { return <Big>x; }\n";
    assert_names(
        "typescript",
        code,
        "serves:type:defined t:type:defined base:class:used door:field:defined \
         t:type:used serve:method:defined n:parameter:defined doors:type:defined \
         door:class:used state:class:defined open:constant:defined \
         inner:module:defined shop:class:defined serves:type:used door:class:used \
         size:field:defined inner:module:used size:class:used \
         constructor:method:defined at:parameter:defined rest:parameter:defined \
         start:function:defined x:parameter:defined shop:class:used x:parameter:used \
         big:class:used big:class:used x:parameter:used",
    );
}

#[test]
fn c() {
    let code = "#include <hidden.h>\n#define MAX 10\n#define TWICE(x) ((x) + (x))\n/* hidden */\n\
        typedef struct door { int width; struct door *next; } Door;\nenum state { OPEN };\n\
        static int count = 1;\nint serve(Door *d, void (*done)(int)) {\n\
        \x20   char names[MAX] = \"hidden\";\n    d->width = count; printf(names); return serve(d->next, done);\n}\n";
    assert_names(
        "c",
        code,
        "max:constant:defined twice:macro:defined x:parameter:defined \
         door:class:defined width:field:defined door:class:used next:field:defined \
         door:type:defined state:class:defined open:constant:defined \
         count:variable:defined serve:function:defined door:type:used \
         d:parameter:defined done:parameter:defined names:variable:defined \
         max:constant:used d:parameter:used width:field:used count:variable:used \
         printf:function:called names:variable:used serve:function:called \
         d:parameter:used next:field:used done:parameter:used",
    );
}

#[test]
fn cpp() {
    let code = "#include <hidden>\nusing namespace std;\nnamespace shop {\n\
        template <typename T> class Door : public Base {\n public:\n  Door(int w) : width_(w) {}\n\
        \x20 ~Door();\n  void open(const T& t) const;\n  int width_;\n};\n}\n// hidden\n\
        void Door::open(int n) {\n  auto d = std::make_unique<Door>(n);\n  d->swing(\"hidden\");\n\
        \x20 for (auto& e : all) new Guest(e);\n}\nusing Size = int;\n";
    assert_names(
        "cpp",
        code,
        "std:module:imported shop:module:defined t:type:defined door:class:defined \
         base:class:used door:class:defined w:parameter:defined width_:field:used \
         w:parameter:used door:class:defined open:method:defined t:type:used \
         t:parameter:defined width_:field:defined door:class:used open:method:defined \
         n:parameter:defined d:variable:defined std:module:used \
         make_unique:function:called door:class:used n:parameter:used d:variable:used \
         swing:method:called e:variable:defined all:variable:used guest:class:called \
         e:variable:used size:type:defined",
    );
}

#[test]
fn cs() {
    let code = "using System.Text;\nnamespace My.Shop {\n// hidden\n[Logged]\n\
        class Shop<T> : Base {\n  private Door door;\n  public int Size { get; set; }\n\
        \x20 Shop(Door d) { }\n  async Task<int> Serve(string name) {\n\
        \x20   var x = new Guest($\"hidden {name.Trim()}\");\n    await door.Swing(x); Run<int>(k => k);\n\
        \x20   foreach (var i in all) { }\n  }\n}\ninterface IServe { }\nenum State { Open }\n}\n";
    assert_names(
        "cs",
        code,
        "system:module:imported text:module:imported my:module:defined \
         shop:module:defined logged:class:used shop:class:defined t:type:defined \
         base:class:used door:class:used door:field:defined size:field:defined \
         shop:class:defined door:class:used d:parameter:defined task:class:used \
         serve:method:defined name:parameter:defined x:variable:defined \
         guest:class:called name:parameter:used trim:method:called door:field:used \
         swing:method:called x:variable:used run:method:called k:parameter:defined \
         k:parameter:used i:variable:defined all:variable:used iserve:type:defined \
         state:class:defined open:constant:defined",
    );
}

#[test]
fn ruby() {
    let code = "require 'hidden'\nmodule My\n  class Shop < Base\n    LIMIT = 3\n    attr_reader :door\n\
        \x20   # hidden\n    def serve(guest, age: 1, &done)\n      @open = guest.ready?\n\
        \x20     total = LIMIT\n      list.each { |i| puts \"hidden #{i.name}\" }\n    end\n  end\nend\n\
        Shop.new(wide: 1).serve\n";
    assert_names(
        "ruby",
        code,
        "require:method:called my:module:defined shop:class:defined base:class:used \
         limit:constant:defined attr_reader:method:called door:method:defined \
         serve:method:defined guest:parameter:defined age:parameter:defined \
         done:parameter:defined open:field:defined guest:parameter:used \
         ready?:method:called total:variable:defined limit:constant:used \
         list:variable:used each:method:called i:parameter:defined puts:method:called \
         i:parameter:used name:method:called shop:class:used new:method:called \
         wide:field:used serve:method:called",
    );
}

#[test]
fn bash() {
    let code = "#!/bin/hidden\nserve() {\n  local name=\"$1\"\n  echo \"hidden ${name} $(date +%s)\" | sort > hidden\n}\n\
        export DOOR_SIZE=hidden:$HOME\nfor f in hidden; do serve -x \"$f\"; done # hidden\n";
    assert_names(
        "bash",
        code,
        "serve:function:defined name:variable:defined echo:function:called \
         name:variable:used date:function:called sort:function:called \
         door_size:constant:defined home:constant:used f:variable:defined \
         serve:function:called f:variable:used",
    );
}
