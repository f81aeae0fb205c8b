import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/// Compiles many groups of files in one virtual machine. Reads lines whose words are parted by tabs:
/// `group OUT CLASSPATH`, then `file PATH` and `alone PATH OUT` for each of its files. Answers with
/// `ok PATH` or `refused PATH MESSAGE` for each.
public class Compile {
  static final JavaCompiler COMPILER = ToolProvider.getSystemJavaCompiler();
  static final PrintStream OUT = new PrintStream(System.out, false, StandardCharsets.UTF_8);

  public static void main(String[] args) throws Exception {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    String out = "";
    String classPath = "";
    List<String> files = new ArrayList<>();
    List<String[]> alone = new ArrayList<>();
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] words = line.split("\t", -1);
      switch (words[0]) {
        case "group" -> {
          finish(files, alone, out, classPath);
          out = words[1];
          classPath = words[2];
        }
        case "file" -> files.add(words[1]);
        case "alone" -> alone.add(words);
        default -> throw new IllegalArgumentException(line);
      }
    }
    finish(files, alone, out, classPath);
    OUT.flush();
  }

  static void finish(List<String> files, List<String[]> alone, String out, String classPath)
      throws Exception {
    together(new ArrayList<>(files), out, classPath);
    for (String[] one : alone) {
      String path = out + File.pathSeparator + classPath;
      Map<String, String> refused = compile(List.of(one[1]), one[2], path);
      tell(one[1], refused == null ? null : String.join("\n", refused.values()));
    }
    files.clear();
    alone.clear();
  }

  /// Leaves out what is refused until the rest is compiled.
  static void together(List<String> files, String out, String classPath) throws Exception {
    while (!files.isEmpty()) {
      Map<String, String> refused = compile(files, out, classPath);
      if (refused == null) {
        for (String file : files) {
          tell(file, null);
        }
        return;
      }
      List<String> rest = new ArrayList<>();
      for (String file : files) {
        if (refused.containsKey(file)) {
          tell(file, refused.get(file));
        } else {
          rest.add(file);
        }
      }
      if (rest.size() == files.size()) {
        for (String file : files) {
          tell(file, String.join("\n", refused.values()));
        }
        return;
      }
      files = rest;
    }
  }

  /// The messages of each file that is refused; null where none is.
  static Map<String, String> compile(List<String> files, String out, String classPath)
      throws Exception {
    DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
    StringWriter said = new StringWriter();
    boolean fine;
    try (StandardJavaFileManager manager =
        COMPILER.getStandardFileManager(found, null, StandardCharsets.UTF_8)) {
      List<String> options =
          List.of("-d", out, "-cp", classPath, "-sourcepath", out, "-proc:none", "-nowarn",
              "-Xmaxerrs", "10000", "-encoding", "UTF-8");
      fine = COMPILER.getTask(said, manager, found, options, null,
          manager.getJavaFileObjectsFromStrings(files)).call();
    }
    if (fine) {
      return null;
    }
    Map<String, String> refused = new LinkedHashMap<>();
    for (Diagnostic<? extends JavaFileObject> one : found.getDiagnostics()) {
      if (one.getKind() == Diagnostic.Kind.ERROR) {
        String file = one.getSource() == null ? "" : one.getSource().getName();
        refused.merge(file, one.toString(), (before, more) -> before + "\n" + more);
      }
    }
    if (refused.isEmpty()) {
      refused.put("", said.toString());
    }
    return refused;
  }

  static void tell(String file, String message) {
    if (message == null) {
      OUT.print("ok\t" + file + "\n");
    } else {
      message = message.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t");
      OUT.print("refused\t" + file + "\t" + message.replace("\r", "") + "\n");
    }
  }
}
