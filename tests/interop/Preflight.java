// What PDFBox Preflight says of the files named: "file valid", or "file INVALID" with the first faults.

import java.io.File;
import org.apache.pdfbox.preflight.PreflightDocument;
import org.apache.pdfbox.preflight.ValidationResult;
import org.apache.pdfbox.preflight.exception.SyntaxValidationException;
import org.apache.pdfbox.preflight.parser.PreflightParser;

public class Preflight {
  public static void main(String[] files) throws Exception {
    for (String file : files) {
      ValidationResult result;
      try {
        PreflightParser parser = new PreflightParser(new File(file));
        parser.parse();
        try (PreflightDocument document = parser.getPreflightDocument()) {
          document.validate();
          result = document.getResult();
        }
      } catch (SyntaxValidationException problem) {
        result = problem.getResult();
      }
      StringBuilder said = new StringBuilder();
      for (ValidationResult.ValidationError error : result.getErrorsList()) {
        if (said.length() < 400) said.append(" ").append(error.getErrorCode()).append(" ").append(error.getDetails());
      }
      System.out.println(file + (result.isValid() ? " valid" : " INVALID" + said.toString().replace('\n', ' ')));
    }
  }
}
